#!/usr/bin/env python3
"""A box without a box: starts the image in QEMU and drives it: keys as a remote control sends them, pictures of the screen,
sticks that are put in, cutting the power.

    vm.py IMAGE WORK            a prompt: picture | key NAME… | hold NAME | free NAME | shot FILE | wait SECONDS
                                | stick FILE | pull | cpu | reset | quit
    vm.py IMAGE WORK < script   the same from a file
    vm.py --show IMAGE WORK     only runs it: a window, or with VNC=1 a VNC port on 127.0.0.1:5901

WORK keeps the disk from one run to the next; the guest's serial console is in WORK/serial.log. The host's loopback is
10.0.2.2 for the guest. `picture` waits until more than half of the screen is not black, and prints what `cpu` prints: seconds
since power-on and the processor seconds of QEMU. `reset` cuts the power: the process is killed at once.
Key names are QEMU's (up, down, left, right, ret, esc, 0 to 9, f1 …). Variables: MEMORY (MB), CPUS, DISK_MB (what the disk
has in all), VGA (a QEMU device), ACCEL (kvm where that works), LOG (a new file: every write and flush goes there too).
Needs the Debian packages qemu-system-x86 and ovmf.
"""
import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import threading
import time

FIRMWARE = "/usr/share/OVMF"


class Machine:
    """A virtual box with a disk that is a copy of an image."""

    def __init__(self, image: str, work: str):
        self.work = os.path.abspath(work)
        self.process: subprocess.Popen | None = None
        self.pid = 0
        self.began = 0.0
        os.makedirs(work, exist_ok=True)
        self.disk = os.path.join(self.work, "disk.img")
        if not os.path.exists(self.disk):
            subprocess.run(["cp", "--sparse=always", image, self.disk], check=True)
            subprocess.run(["truncate", "--size", os.environ.get("DISK_MB", "2600") + "M", self.disk], check=True)
            subprocess.run(["cp", self.firmware("VARS"), os.path.join(self.work, "vars.fd")], check=True)

    @staticmethod
    def firmware(kind: str) -> str:
        for name in (f"OVMF_{kind}.fd", f"OVMF_{kind}_4M.fd"):
            if os.path.exists(os.path.join(FIRMWARE, name)):
                return os.path.join(FIRMWARE, name)
        raise SystemExit("The Debian package ovmf is missing.")

    def command(self) -> list[str]:
        accel = os.environ.get("ACCEL", "tcg,thread=multi")
        return [
            "qemu-system-x86_64", "-machine", "q35", "-cpu", "host" if accel == "kvm" else "max",
            "-smp", os.environ.get("CPUS", "2"), "-m", os.environ.get("MEMORY", "1024"), "-accel", accel,
            "-drive", f"if=pflash,format=raw,readonly=on,file={self.firmware('CODE')}",
            "-drive", f"if=pflash,format=raw,file={self.work}/vars.fd",
            *self.disks(),
            "-vga", "none", "-device", os.environ.get("VGA", "virtio-vga,xres=1920,yres=1080"),
            "-device", "virtio-keyboard-pci", "-device", "qemu-xhci,id=usb", "-nic", "user,model=virtio-net-pci",
            "-device", "i6300esb", "-action", "watchdog=reset",
        ]

    def disks(self) -> list[str]:
        log, node = os.environ.get("LOG"), "r"
        parts = ["-blockdev", f"driver=file,filename={self.disk},node-name=f,discard=unmap",
                 "-blockdev", "driver=raw,file=f,node-name=r,discard=unmap,detect-zeroes=unmap"]
        if log:
            open(log, "w", encoding="ascii").close()
            parts += ["-blockdev", f"driver=file,filename={log},node-name=l",
                      "-blockdev", "driver=blklogwrites,file=r,log=l,log-sector-size=512,node-name=d"]
            node = "d"
        # Without bootindex the firmware remembers where the disk was and tries the network first when that has changed.
        return parts + ["-device", f"virtio-blk-pci,drive={node},write-cache=on,bootindex=0"]

    def start(self) -> None:
        for name in ("qmp", "serial"):
            if os.path.exists(os.path.join(self.work, name)):
                os.unlink(os.path.join(self.work, name))
        self.began = time.time()
        self.process = subprocess.Popen(
            self.command() + ["-display", "none", "-qmp", f"unix:{self.work}/qmp,server=on,wait=off", "-serial",
                              "chardev:serial", "-chardev", f"socket,id=serial,path={self.work}/serial,server=on,wait=off,"
                              f"logfile={self.work}/serial.log,logappend=on"], start_new_session=True)
        self.pid = self.process.pid
        with open(os.path.join(self.work, "pid"), "w", encoding="ascii") as file:
            file.write(f"{self.pid} {self.began}")
        self.connect()

    def attach(self) -> None:
        """Goes on with a machine that another run left running."""
        with open(os.path.join(self.work, "pid"), encoding="ascii") as file:
            pid, began = file.read().split()
        self.pid, self.began = int(pid), float(began)
        self.connect()

    def connect(self) -> None:
        for _ in range(100):
            try:
                self.qmp = socket.socket(socket.AF_UNIX)
                self.qmp.connect(os.path.join(self.work, "qmp"))
                # Somebody has to listen: else the guest's writes to its console stand still.
                self.console = socket.socket(socket.AF_UNIX)
                self.console.connect(os.path.join(self.work, "serial"))
                break
            except OSError:
                time.sleep(0.1)
        threading.Thread(target=self.drain, args=(self.console,), daemon=True).start()
        self.file = self.qmp.makefile("rw")
        self.file.readline()
        self.say("qmp_capabilities")

    @staticmethod
    def drain(console: socket.socket) -> None:
        try:
            while console.recv(65536):
                pass
        except OSError:
            pass

    def say(self, command: str, **arguments):
        self.file.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
        self.file.flush()
        while True:
            answer = json.loads(self.file.readline())
            if "return" in answer or "error" in answer:
                return answer

    def press(self, name: str, down: bool) -> None:
        self.say("input-send-event",
                 events=[{"type": "key", "data": {"down": down, "key": {"type": "qcode", "data": name}}}])

    def key(self, *names: str) -> None:
        for name in names:
            for down in (True, False):
                self.press(name, down)
                time.sleep(0.1)

    def shot(self, path: str):
        return self.say("screendump", filename=os.path.abspath(path), format="png")

    def pixels(self) -> bytes:
        path = os.path.join(self.work, "screen.ppm")
        self.say("screendump", filename=path)
        with open(path, "rb") as file:
            return file.read()[20:]

    def picture(self, timeout: float = 300) -> bool:
        end = time.time() + timeout
        while time.time() < end:
            seen = self.pixels()[::997]
            if seen.count(0) < len(seen) / 2:
                return True
            time.sleep(1)
        return False

    def put_in(self, path: str) -> None:
        """A USB stick."""
        self.say("blockdev-add", **{"driver": "raw", "node-name": "stick", "read-only": True,
                                    "file": {"driver": "file", "filename": os.path.abspath(path), "read-only": True}})
        self.say("device_add", driver="usb-storage", id="stick", drive="stick", bus="usb.0", removable=True)

    def pull(self) -> None:
        self.say("device_del", id="stick")
        time.sleep(1)
        self.say("blockdev-del", **{"node-name": "stick"})

    def run(self, command: str) -> None:
        """Has an image for tests (REPORT=1) run a command; what it says is in the log of the serial console."""
        self.console.sendall(command.encode() + b"\n")

    def cpu(self) -> float:
        with open(f"/proc/{self.pid}/stat", encoding="ascii") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def cut(self) -> None:
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            if self.process:
                self.process.wait()
            self.pid, self.process = 0, None
            time.sleep(0.5)

    def serial(self) -> str:
        with open(os.path.join(self.work, "serial.log"), encoding="utf-8", errors="replace") as file:
            return file.read()


def main() -> None:
    if sys.argv[1] == "--show":
        machine = Machine(sys.argv[2], sys.argv[3])
        shown = ["-display", "none", "-vnc", "127.0.0.1:1"] if os.environ.get("VNC") else ["-display", "gtk"]
        print("The box runs; Ctrl-C switches it off. " + ("VNC: 127.0.0.1:5901" if os.environ.get("VNC") else ""))
        try:
            subprocess.run(machine.command() + shown, check=False)
        except KeyboardInterrupt:
            pass
        return
    machine = Machine(sys.argv[1], sys.argv[2])
    machine.start()
    for line in sys.stdin:
        words = shlex.split(line, comments=True)
        match words:
            case []:
                continue
            case ["key", *names]:
                machine.key(*names)
            case ["hold" | "free" as what, name]:
                machine.press(name, what == "hold")
            case ["shot", path]:
                print(path, machine.shot(path))
            case ["wait", seconds]:
                time.sleep(float(seconds))
            case ["stick", path]:
                machine.put_in(path)
            case ["pull"]:
                machine.pull()
            case ["cpu" | "picture" as what]:
                if what == "picture" and not machine.picture():
                    print("no picture")
                print(f"{time.time() - machine.began:.1f} s since start, {machine.cpu():.1f} processor s", flush=True)
            case ["reset"]:
                machine.cut()
                machine.start()
            case ["quit"]:
                break
            case _:
                print("unknown:", line.strip())
    machine.cut()


if __name__ == "__main__":
    main()
