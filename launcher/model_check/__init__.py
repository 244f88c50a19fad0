"""What a designer or an official can break in `bpmn/` and `config/`, found before anything is deployed."""
