"""How much memory there is, measured now: RAM, CUDA cards, Apple's GPU.

Knows the machine, not models. torch is asked only where it is already imported.
"""

import sys
from pathlib import Path

import psutil

from components.models.placement import Device

_CGROUP = Path("/sys/fs/cgroup")


def measure() -> list[Device]:
    """Every device that a model could be put on, the CPU included."""
    return [*_accelerators(), ram()]


def ram() -> Device:
    """Main memory; in a container with a limit, what is left of that."""
    memory = psutil.virtual_memory()
    total, free = memory.total, memory.available
    limit, used = _cgroup_bytes("memory.max"), _cgroup_bytes("memory.current")
    if limit is not None and used is not None:
        # The page cache counts as used there, and is given up when memory is needed.
        used -= min(used, _cgroup_stat("inactive_file"))
        total, free = min(total, limit), min(free, max(limit - used, 0))
    return Device("cpu", 0, "CPU", total, free, bfloat16=has_amx())


def may_have_cards() -> bool:
    """Whether it is worth asking torch for CUDA cards or Apple's GPU."""
    if sys.platform != "linux":
        return True
    return any(Path(f"/dev/{name}").exists() for name in ("nvidia0", "nvidiactl", "kfd", "dxg"))


def has_amx() -> bool:
    """Whether the CPU multiplies bfloat16 matrices itself; without it bfloat16 is 4 to 9 times slower."""
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="ignore")
    except OSError:
        return False
    return "amx_bf16" in flags


def _accelerators() -> list[Device]:
    torch = sys.modules.get("torch")
    if torch is None:
        return []
    found = []
    if torch.cuda.is_available():
        for index in range(torch.cuda.device_count()):
            free, total = torch.cuda.mem_get_info(index)
            name = torch.cuda.get_device_name(index)
            native = torch.cuda.get_device_capability(index) >= (8, 0)
            found.append(Device("cuda", index, name, total, free, bfloat16=native))
    if torch.backends.mps.is_available():
        total = torch.mps.recommended_max_memory()
        free = max(total - torch.mps.driver_allocated_memory(), 0)
        found.append(Device("mps", 0, "Apple GPU", total, free))
    return found


def _cgroup_bytes(name: str) -> int | None:
    try:
        return int((_CGROUP / name).read_text(encoding="ascii"))
    except (OSError, ValueError):  # not Linux, not in a cgroup of our own, or "max"
        return None


def _cgroup_stat(name: str) -> int:
    try:
        lines = (_CGROUP / "memory.stat").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(f"{name} ")), 0)
