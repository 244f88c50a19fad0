"""What tests and pictures need of the operating system: a browser, Chinese letters, a tracer of calls, a PDF reader."""

import os
import shutil
import subprocess

from launcher.errors import LauncherError
from launcher.progress import say

PACKAGES = ("chromium", "fonts-noto-cjk", "strace", "poppler-utils")
INSTALL_SECONDS = 900


def require_debian() -> None:
    """Install what is missing when we may (root, apt-get); otherwise say exactly what to install."""
    present = (_has_program("chromium"), _has_fonts(), _has_program("strace"), _has_program("pdftoppm"))
    missing = [package for package, is_here in zip(PACKAGES, present, strict=True) if not is_here]
    if not missing:
        return
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        raise LauncherError(f"缺少系统软件包：{' '.join(missing)}。请先执行：sudo apt-get install {' '.join(missing)}")
    say(f"正在安装系统软件包：{' '.join(missing)}")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for step in (("update",), ("install", "--yes", "--no-install-recommends", *missing)):
        done = subprocess.run(
            (apt, "-q", *step), env=environment, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False
        )
        if done.returncode:
            raise LauncherError(f"安装系统软件包失败（apt-get {step[0]}）。请手动安装：{' '.join(missing)}")


def _has_program(name: str) -> bool:
    return shutil.which(name) is not None


def _has_fonts() -> bool:
    lister = shutil.which("fc-list")
    if lister is None:
        return False
    listed = subprocess.run((lister, ":lang=zh"), capture_output=True, text=True, check=False)
    return "CJK" in listed.stdout
