"""Reports (周动态、月通报、实时快报) as files: one content, set twice, as Word and as PDF. It reads figures only."""
