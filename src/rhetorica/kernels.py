"""Kernels as nbclient wants them, forked from the zygote instead of started from nothing."""

import asyncio
import signal
import uuid
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import Int, Unicode
from traitlets.config import Config

from rhetorica.zygote import signal_kernel, start_kernel

_POLL_SECONDS = 0.02
_GIGABYTE = 10**9


def kernel_config(folder: Path, memory_gigabytes: float) -> Config:
    """Return the settings of a :class:`WarmKernelManager`.

    `folder` is where the kernel runs; its connection file and what IPython wants to keep go to
    the folder above it. `memory_gigabytes` is how much memory it may take; 0: as much as it likes.
    """
    return Config(
        {
            "KernelManager": {"transport_encryption": "auto"},  # or each kernel warns of its lack
            "WarmKernelManager": {
                "folder": str(folder),
                "memory_bytes": round(memory_gigabytes * _GIGABYTE),
            },
        }
    )


class WarmKernelManager(AsyncKernelManager):
    """A manager whose kernel is forked from the zygote, whatever the kernel specifications say."""

    folder = Unicode(config=True)
    memory_bytes = Int(0, config=True)

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.kernel_id = str(uuid.uuid4())
        # In the run's own folder, not in the user's: a killed run leaves nothing there.
        self.connection_file = str(Path(self.folder).parent / f"kernel-{self.kernel_id}.json")
        self.provisioner = WarmProvisioner(
            kernel_id=self.kernel_id, kernel_spec=self.kernel_spec, parent=self
        )


class WarmProvisioner(LocalProvisioner):
    """The life of a forked kernel: started, asked after, sent signals to, and ended."""

    kernel: BaseProcess | None = None

    @property
    def has_process(self) -> bool:
        """Tell whether a kernel was started that has not yet been waited for."""
        return self.kernel is not None

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Fork a kernel; of the command that its specification gives nothing is used."""
        manager: Any = self.parent
        self.kernel = start_kernel(manager.connection_file, manager.folder, manager.memory_bytes)
        return self.connection_info

    async def poll(self) -> int | None:
        """Return how the kernel ended; ``None`` while it runs."""
        return self.kernel.exitcode if self.kernel else 0

    async def wait(self) -> int | None:
        """Wait until the kernel has ended, and return how."""
        code = await self.poll()
        while code is None:
            await asyncio.sleep(_POLL_SECONDS)
            code = await self.poll()
        self.kernel = None
        return code

    async def send_signal(self, signum: int) -> None:
        """Send a signal to the kernel and to what it has started."""
        if self.kernel:
            signal_kernel(self.kernel, signum)

    async def kill(self, restart: bool = False) -> None:
        """End the kernel at once."""
        await self.send_signal(signal.SIGKILL)

    async def terminate(self, restart: bool = False) -> None:
        """Ask the kernel to end."""
        await self.send_signal(signal.SIGTERM)
