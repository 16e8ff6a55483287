#!/usr/bin/env python3
"""Proves a box in QEMU, from power-on to a film, through updates, power cuts, crashes and a factory reset.

    soak.py WORK [STEP…]      all steps, or only these; each begins where the one before ended

    IMAGE, PROGRAMS             the disk (box.img), the folder with backend-api
    TOWNSHIP                    a server's data folder, of which a copy is used; else the demonstration is imported
    UPDATE, BROKEN              signed bundles of a newer system, and of one whose application does not run
    CUTS=10                     how many power cuts
    SEED=1                      which ones
    LEAVE=1, ATTACH=1           leave the machine running at the end; go on with one that was left

IMAGE has to be made for tests (REPORT=1). Pictures and figures go to WORK/shots and WORK/figures.txt; they want to be looked
at. The first step that does not come true ends it with status 1.
"""
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import time

from vm import Machine

PORT = 18080
# What the television is called: searched for on the disk after a factory reset.
NAME = "试装的电视 8812"


class Proof:
    def __init__(self, work: str):
        self.work = os.path.abspath(work)
        self.shots = os.path.join(self.work, "shots")
        os.makedirs(self.shots, exist_ok=True)
        self.machine = Machine(os.environ["IMAGE"], self.work)
        self.backend: subprocess.Popen | None = None
        self.read = 0
        self.chance = random.Random(int(os.environ.get("SEED", "1")))
        self.personal = os.path.join(self.work, "personal.txt")

    # What it stands on.

    def serve(self) -> None:
        data = os.path.join(self.work, "server")
        township = os.environ.get("TOWNSHIP")
        if township and not os.path.exists(data):
            shutil.copytree(township, data)
        settings = os.path.join(self.work, "backend.toml")
        with open(settings, "w", encoding="utf-8") as file:
            file.write(f'data_dir = "{data}"\ndatabase = "sqlite:{data}/data.sqlite"\nlisten = "127.0.0.1:{PORT}"\n'
                       f'public_url = "http://10.0.2.2:{PORT}"\n[live]\nudp = "127.0.0.1:{PORT}"\n')
        log = open(os.path.join(self.work, "backend.log"), "a", encoding="utf-8")
        how = ["serve"] if township else ["demo", "--data", data, "--listen", f"127.0.0.1:{PORT}", "--approve-by-hand",
                                          "--no-meeting"]
        self.backend = subprocess.Popen([self.program(), *how, "--config", settings], stdout=log, stderr=log)

    @staticmethod
    def program() -> str:
        return os.path.join(os.environ["PROGRAMS"], "backend-api")

    def backend_says(self, *words: str) -> subprocess.CompletedProcess:
        return subprocess.run([self.program(), "--config", os.path.join(self.work, "backend.toml"), *words],
                              capture_output=True, text=True)

    def note(self, *words) -> None:
        line = " ".join(str(word) for word in words)
        print(time.strftime("%H:%M:%S"), line, flush=True)
        with open(os.path.join(self.work, "figures.txt"), "a", encoding="utf-8") as file:
            file.write(line + "\n")

    def fail(self, why: str) -> None:
        self.machine.shot(os.path.join(self.shots, "failed.png"))
        self.note("FAILED:", why)
        if not os.environ.get("LEAVE"):
            self.machine.cut()
        if self.backend:
            self.backend.kill()
        sys.exit(1)

    def shot(self, name: str) -> None:
        self.machine.shot(os.path.join(self.shots, name + ".png"))

    def power_on(self) -> None:
        self.read = len(self.machine.serial()) if os.path.exists(os.path.join(self.machine.work, "serial.log")) else 0
        self.machine.start()

    def said(self) -> str:
        """What the serial console said since power-on."""
        return self.machine.serial()[self.read:]

    def wait(self, pattern: str, seconds: float, what: str, since: int = 0) -> re.Match:
        end = time.time() + seconds
        while time.time() < end:
            found = None
            for found in re.finditer(pattern, self.said()[since:]):
                pass
            if found:
                return found
            time.sleep(1)
        self.fail(f"{what}: not within {seconds:.0f} s")
        raise AssertionError

    def status(self, word: str, seconds: float = 300) -> None:
        """Until the application says that this is on its screen, in its latest report."""
        end = time.time() + seconds
        while time.time() < end:
            found = re.findall(r"report .*?status=(\S*)", self.said())
            if found and re.fullmatch(word, found[-1]):
                return
            time.sleep(1)
        self.fail(f"the screen does not become {word}")

    def stick(self, name: str, files: dict[str, str]) -> str:
        """An installation stick with these files (name in zhdj/ → content or path)."""
        path = os.path.join(self.work, name)
        size = 64 + sum(os.path.getsize(f) >> 20 for f in files.values() if os.path.exists(f))
        subprocess.run(["truncate", "--size", f"{size}M", path], check=True)
        subprocess.run(["mkfs.vfat", "-F", "32", "-n", "ZHDJ", path], check=True, capture_output=True)
        subprocess.run(["mmd", "-i", path, "::/zhdj"], check=True)
        for file, content in files.items():
            if os.path.exists(content):
                subprocess.run(["mcopy", "-i", path, content, f"::/zhdj/{file}"], check=True)
            else:
                subprocess.run(["mcopy", "-i", path, "-", f"::/zhdj/{file}"], input=content.encode(), check=True)
        return path

    # The steps.

    def boot(self) -> None:
        """Power-on to the first picture of the application, with pictures on the way."""
        self.power_on()
        splash = None
        for second in range(0, 300):
            time.sleep(1)
            if splash is None and len(set(self.machine.pixels()[::997])) > 8:
                splash = second
                self.note(f"splash after {time.time() - self.machine.began:.1f} s, {self.machine.cpu():.1f} processor s")
                self.shot("1-splash")
            if re.search(r"status=(enrolment|home|lesson|simple)", self.said()):
                break
            if second % 10 == 0:
                self.shot(f"boot-{second:03}")
        else:
            self.fail("no screen of the application")
        self.note(f"application's screen after {time.time() - self.machine.began:.1f} s, {self.machine.cpu():.1f} processor s")
        self.shot("2-first-screen")

    def install(self) -> None:
        """The installation stick: server and telephone number; then the code."""
        path = self.stick("stick.img", {"box.conf": f"SERVER=http://10.0.2.2:{PORT}\nTELEPHONE=0571-8812 3456\nHEALTHY_MINUTES=1\n"
                                                    "OTHER=; reboot\n"})
        self.machine.put_in(path)
        end = time.time() + 240
        while time.time() < end and not self.code():
            time.sleep(2)
        code = self.code()
        if not code:
            self.fail("no code is waiting at the backend")
        time.sleep(8)
        self.machine.pull()
        self.shot("3-code")
        self.note("code", code, f"{time.time() - self.machine.began:.0f} s after power-on")

    def code(self) -> str:
        """The code that the newest waiting television shows, from the server's own database."""
        base = sqlite3.connect(f"file:{self.work}/server/data.sqlite?mode=ro", uri=True)
        row = base.execute("select user_code from enrolments where state != 'consumed' order by created_at_ms desc"
                           " limit 1").fetchone()
        digits = re.sub(r"\D", "", row[0]) if row else ""
        return f"{digits[:4]}-{digits[4:]}" if digits else ""

    def approve(self) -> None:
        said = self.backend_says("approve", self.code(), "--organization", os.environ.get("ORGANIZATION", "C01"), "--kind",
                                 "household", "--name", NAME, "--household", os.environ.get("HOUSEHOLD", "1 号"))
        if said.returncode:
            self.fail("approve: " + said.stdout + said.stderr)
        self.status("home|lesson", 300)
        time.sleep(20)
        self.shot("4-after-approval")

    def colours(self) -> int:
        """How many there are on the screen: a splash has 16, the application hundreds."""
        seen = self.machine.pixels()
        return len({seen[at:at + 3] for at in range(0, len(seen) - 3, 3 * 331)})

    def crash(self) -> None:
        """One crash: Home again. Three: safe mode; OK leads out of it."""
        self.machine.run("systemctl kill -s SEGV tv-app")
        began = time.time()
        time.sleep(0.5)
        gone = False
        end = time.time() + 180
        while time.time() < end:
            colours = self.colours()
            gone = gone or colours < 40
            if gone and colours > 60:
                break
            time.sleep(0.5)
        else:
            self.fail("not there again")
        self.note(f"Home again {time.time() - began:.1f} s after a crash")
        self.shot("6-after-crash")
        for _ in range(3):
            time.sleep(8)
            self.machine.run("systemctl kill -s SEGV tv-app")
        time.sleep(15)
        self.shot("7-safe-mode")
        self.wait("state=(failed|inactive),active", 60, "safe mode")
        self.machine.press("ret", True)
        time.sleep(4)
        self.machine.press("ret", False)
        since = len(self.said())
        self.wait("state=active,", 60, "the application after safe mode", since)
        time.sleep(10)
        self.shot("8-after-safe-mode")

    def film(self) -> None:
        """Past the lesson of the first minute, then a programme plays: two pictures of it differ."""
        if re.findall(r"report .*?status=(\S*)", self.said())[-1:] == ["lesson"]:
            self.machine.key("home")
        self.status("home")
        for key in os.environ.get("FILM", "4 right ret ret").split():
            self.machine.key(key)
            time.sleep(15)
        self.status("player", 60)
        time.sleep(15)
        first = self.machine.pixels()
        self.shot("5-film")
        time.sleep(3)
        second = self.machine.pixels()
        differ = sum(a != b for a, b in zip(first[::331], second[::331])) / len(first[::331])
        self.note(f"film: {differ:.0%} of the pixels differ after 3 s")
        if differ < 0.02:
            self.fail("the picture stands still")
        self.machine.key("esc", "esc", "esc")
        time.sleep(10)

    def version(self) -> str:
        found = re.findall(r"report .*?version=(\S+) slot=(\S)", self.said())
        return " ".join(found[-1]) if found else ""

    def home_again(self, seconds: float = 400) -> None:
        self.power_on()
        self.status("home|simple|enrolment", seconds)

    def other_slot_begun(self) -> bool:
        """Whether something stands where slot B begins on the disk."""
        table = subprocess.run(["sfdisk", "--dump", self.machine.disk], capture_output=True, text=True).stdout
        start = re.search(r"start=\s*(\d+).*name=\"box-b\"", table)
        assert start
        with open(self.machine.disk, "rb") as disk:
            disk.seek(int(start[1]) * 512)
            return any(disk.read(1 << 20))

    def update(self) -> None:
        """A power cut while the update is written changes nothing; then it is installed, started and called updated."""
        before = self.version()
        stick = self.stick("update.img", {"update.raucb": os.environ["UPDATE"]})
        self.machine.put_in(stick)
        end = time.time() + 400
        while not self.other_slot_begun():
            if time.time() > end:
                self.fail("the update does not begin")
            time.sleep(0.2)
        time.sleep(self.chance.uniform(1, 6))
        self.machine.cut()
        self.note("power cut while the update was written")
        self.home_again()
        time.sleep(10)
        if self.version() != before:
            self.fail(f"after the cut {self.version()} runs, not {before}")
        self.note("after the cut:", self.version())
        self.machine.put_in(stick)
        self.wait("update .*installed: ", 600, "the update is installed")
        self.note("installed; it starts by itself when Home is shown")
        self.wait("report .*version=(?!%s )" % re.escape(before.split()[0]), 600, "the new system starts")
        self.note("new system:", self.version())
        if "updated: " in self.said():
            self.fail("updated was said too early")
        self.status("home|simple|enrolment")
        self.wait("update .* updated: ", 400, "updated")
        self.note("updated was said")
        self.shot("9-updated")

    def broken(self) -> None:
        """An update whose application does not run: the old slot comes back by itself and says so."""
        before = self.version()
        self.machine.put_in(self.stick("broken.img", {"update.raucb": os.environ["BROKEN"]}))
        began = time.time()
        self.wait("update .*installed: [^\n]*broken", 600, "the broken update is installed")
        self.wait("update .* fell back: ", 1800, "the fallback")
        self.note(f"fell back {time.time() - began:.0f} s after the stick was put in")
        self.status("home|simple|enrolment")
        if self.version() != before:
            self.fail(f"{self.version()} runs, not {before}")
        self.shot("10-fallback")

    def cuts(self) -> None:
        """The power goes at random moments; each time the box comes to Home."""
        self.machine.cut()
        for number in range(int(os.environ.get("CUTS", "10"))):
            self.power_on()
            moment = self.chance.uniform(3, 100)
            time.sleep(moment)
            self.machine.cut()
            began = time.time()
            self.home_again()
            self.note(f"cut {number + 1} after {moment:.0f} s: Home {time.time() - began:.0f} s after power-on")
            self.machine.cut()
        self.home_again()

    def found(self) -> dict[str, int]:
        """How often what is personal is on the disk."""
        words = [NAME, f"10.0.2.2:{PORT}", "0571-8812", *filter(None, os.environ.get("PERSONAL", "").split(","))]
        counts = dict.fromkeys(words, 0)
        with open(self.machine.disk, "rb") as disk:
            rest = b""
            while block := disk.read(1 << 24):
                for word in words:
                    counts[word] += (rest + block).count(word.encode())
                rest = block[-64:]
        return counts

    def reset(self) -> None:
        """Back held at power-on, then OK: afterwards nothing personal is on the disk, and the box asks to be approved."""
        self.machine.cut()
        before = self.found()
        self.note("before:", before)
        if not all(before.values()):
            self.note("(not all of it was there)")
        self.power_on()
        end = time.time() + 400
        while time.time() < end:
            self.machine.press("esc", True)
            time.sleep(2)
            if re.search(r"state=inactive,", self.said()):
                break
        else:
            self.fail("the question does not come")
        time.sleep(5)
        self.shot("11-reset-question")
        self.machine.press("esc", False)
        time.sleep(3)
        self.machine.press("ret", True)
        time.sleep(3)
        self.machine.press("ret", False)
        time.sleep(10)
        self.shot("12-reset")
        since = len(self.said())
        self.wait("report .*status=(enrolment|home)", 600, "the box after the reset", since)
        time.sleep(10)
        self.shot("13-after-reset")
        self.machine.cut()
        after = self.found()
        self.note("after:", after)
        if any(after.values()):
            self.fail("something personal is still on the disk")


def main() -> None:
    proof = Proof(sys.argv[1])
    proof.serve()
    if os.environ.get("ATTACH"):
        proof.machine.attach()
    for name in sys.argv[2:] or ["boot", "install", "approve", "film", "crash", "update", "broken", "cuts", "reset"]:
        proof.note("==", name)
        getattr(proof, name)()
    if not os.environ.get("LEAVE"):
        proof.machine.cut()
    if proof.backend:
        proof.backend.terminate()


if __name__ == "__main__":
    main()
