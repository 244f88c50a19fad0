"""Install the locked packages into the running interpreter's environment, with progress.

Run by ./minhu as a script before anything is installed: standard library only.
"""

import contextlib
import re
import subprocess
import sys
from collections import deque
from pathlib import Path

LINES_SHOWN_ON_FAILURE = 12
RETRIES = 2
STEP = 20
TIMEOUT_SECONDS = 30
NO_NETWORK = re.compile(
    r"NewConnectionError|Failed to establish|Temporary failure in name resolution|Network is unreachable"
    r"|Max retries exceeded|No route to host|ConnectTimeout|NameResolutionError|Cannot connect to proxy|ProxyError"
)
WRONG_HASH = re.compile(r"DO NOT MATCH THE HASHES")
NO_SPACE = re.compile(r"No space left on device")


def reason(output: str) -> str:
    """Return one Chinese sentence that says why pip failed."""
    if WRONG_HASH.search(output):
        return "下载的软件包与 requirements.lock 中的校验值不符，已拒绝安装。请检查软件包镜像后重试。"
    if NO_SPACE.search(output):
        return "磁盘空间不足，软件包没有装完。请腾出约 2 GB 空间后重新运行 ./minhu。"
    if NO_NETWORK.search(output):
        return "连不上软件包仓库，第一次运行需要网络。请检查网络或 pip 的镜像设置后重新运行 ./minhu。"
    return "安装依赖没有成功，原因见上面 pip 的输出。处理后重新运行 ./minhu 即可继续。"


def install(lock: Path) -> int:
    """Run pip on the lock; return its exit code."""
    total = len(re.findall(r"^[a-zA-Z0-9_.-]+==", lock.read_text(encoding="utf-8"), flags=re.MULTILINE))
    command = [
        *(sys.executable, "-m", "pip", "install", "--require-hashes", "--prefer-binary"),
        *("--no-input", "--disable-pip-version-check", "--progress-bar", "off"),
        *("--retries", str(RETRIES), "--timeout", str(TIMEOUT_SECONDS), "-r", str(lock)),
    ]
    print(f"正在安装锁定的依赖（{total} 个软件包，约 260 MB，只在第一次和更新后需要）……", flush=True)
    seen: deque[str] = deque(maxlen=200)
    collected = 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as pip:
        for line in pip.stdout or ():
            seen.append(line.rstrip())
            if line.startswith("Collecting "):
                collected += 1
                if collected % STEP == 0:
                    print(f"  已取得 {collected}/{total}", flush=True)
            elif line.startswith("Installing collected packages"):
                print("  正在写入 .venv ……", flush=True)
    if pip.returncode:
        output = "\n".join(seen)
        if reason(output) == reason(""):
            print("\n".join(list(seen)[-LINES_SHOWN_ON_FAILURE:]))
        print(reason(output), flush=True)
    return pip.returncode


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(install(Path(sys.argv[1])))
    print("\n已中断。重新运行 ./minhu 即可继续。", flush=True)
    sys.exit(130)
