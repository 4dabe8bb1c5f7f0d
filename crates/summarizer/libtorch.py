"""Lays out a libtorch 2.4.1 for the processor alone: what the feature `rust-bert` is built against.

    python3 crates/summarizer/libtorch.py FOLDER

Where torch-sys can download its own libtorch this is not needed: leave LIBTORCH unset. Here the
libraries come out of the wheel of PyTorch, by name through pip, so a package mirror does. That wheel
is built for CUDA; its libraries for graphics cards are left out, and two small ones stand in for
those that libtorch_cpu.so names but never needs on a processor. Its C++ has the old ABI, hence
LIBTORCH_CXX11_ABI=0. Linux on x86-64; needs pip, a C compiler and `strip`. FOLDER is left as it is
if an earlier run has finished it.
"""

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

VERSION = "2.4.1"
SHA256 = "0b5f88afdfa05a335d80351e3cea57d38e578c8689f751d35e0ff36bce872113"
LIBRARIES = ["libtorch_cpu.so", "libc10.so", "libgomp-a34b3233.so.1"]
# Raised when a folder is laid out in another way.
LAYOUT = 1

# What libtorch_cpu.so takes from the CUDA runtime: enough to hear that there is no device.
CUDART = """
int cudaDriverGetVersion(int *v) { if (v) *v = 0; return 0; }
int cudaRuntimeGetVersion(int *v) { if (v) *v = 0; return 0; }
int cudaGetDeviceCount(int *n) { if (n) *n = 0; return 100; }
int cudaGetDeviceProperties_v2(void *p, int d) { (void)p; (void)d; return 100; }
const char *cudaGetErrorString(int e) { (void)e; return "no CUDA in this libtorch"; }
"""
# The profiler's calls of CUPTI, all of which may fail.
CUPTI = """
    ActivityDisable ActivityEnable ActivityFlushAll ActivityGetNextRecord ActivityGetNumDroppedRecords
    ActivityPopExternalCorrelationId ActivityPushExternalCorrelationId ActivityRegisterCallbacks
    ActivitySetAttribute EnableCallback EnableDomain EventGetAttribute EventGroupGetAttribute
    EventGroupReadEvent EventGroupSetAttribute EventGroupSetDisable EventGroupSetEnable
    EventGroupSetsCreate EventGroupSetsDestroy Finalize GetDeviceId GetVersion MetricEnumEvents
    MetricGetAttribute MetricGetIdFromName MetricGetNumEvents MetricGetValue SetEventCollectionMode
    Subscribe Unsubscribe EventGetIdFromName
"""


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    target = Path(sys.argv[1]).resolve()
    stamp = f"torch {VERSION} {SHA256} layout {LAYOUT}\n"
    mark = target / "standfirst-stamp"
    if mark.is_file() and mark.read_text() == stamp:
        return
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        sys.exit("libtorch.py: only for Linux on x86-64; unset LIBTORCH, and torch-sys downloads its own")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="libtorch-", dir=target.parent) as work:
        work = Path(work)
        made = work / "libtorch"
        (made / "lib").mkdir(parents=True)
        unpack(download(work), made)
        for name in LIBRARIES[:2]:
            subprocess.run(["strip", "--strip-unneeded", made / "lib" / name], check=True)
        stand_in(made, "libcudart.so.12", CUDART)
        refusals = "".join(f"int cupti{name}(void) {{ return 15; }}\n" for name in CUPTI.split())
        words = 'int cuptiGetResultString(int r, const char **s) { (void)r; if (s) *s = "no CUPTI"; return 0; }\n'
        stand_in(made, "libcupti.so.12", refusals + words)
        # The wheel's own also names the library for graphics cards.
        link(made, "libtorch.so", "", "-Wl,--no-as-needed", f"-L{made / 'lib'}", "-ltorch_cpu",
             "-Wl,-rpath,$ORIGIN", "-Wl,--allow-shlib-undefined")
        (made / "standfirst-stamp").write_text(stamp)
        shutil.rmtree(target, ignore_errors=True)
        made.rename(target)
    print(f"libtorch {VERSION} is in {target}", file=sys.stderr)


def download(work):
    """The wheel, some 800 MB, with the sum that is written above."""
    print(f"libtorch {VERSION}: downloading the wheel of PyTorch, 797 MB", file=sys.stderr)
    wanted = work / "wanted.txt"
    wanted.write_text(f"torch=={VERSION} --hash=sha256:{SHA256}\n")
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-cache-dir",
         "--no-deps", "--only-binary=:all:", "--implementation=cp", "--python-version=3.11", "--abi=cp311",
         "--platform=manylinux1_x86_64", "--require-hashes", f"--dest={work}", f"--requirement={wanted}"],
        check=True)
    (wheel,) = work.glob("*.whl")
    digest = hashlib.sha256()
    with wheel.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    if digest.hexdigest() != SHA256:
        sys.exit(f"libtorch.py: {wheel.name} has the wrong SHA-256")
    return wheel


def unpack(wheel, made):
    """Headers, and the three libraries."""
    missing = set(LIBRARIES)
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.infolist():
            parts = Path(member.filename).parts
            library = parts[:2] == ("torch", "lib") and len(parts) == 3 and parts[2] in LIBRARIES
            header = parts[:2] == ("torch", "include") and parts[2:3] != ("pybind11",)
            if member.is_dir() or ".." in parts or not (library or header):
                continue
            path = made.joinpath(*parts[1:])
            path.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(member) as source, path.open("wb") as sink:
                shutil.copyfileobj(source, sink, 1 << 20)
            missing.discard(parts[-1])
    if missing:
        sys.exit(f"libtorch.py: the wheel lacks {', '.join(sorted(missing))}")


def stand_in(made, name, source):
    """A library of our own under the name and the symbol version of another."""
    versions = made / "versions.map"
    versions.write_text(f"{name} {{ global: *; }};\n")
    link(made, name, source, f"-Wl,--version-script={versions}")
    versions.unlink()


def link(made, name, source, *options):
    command = [os.environ.get("CC", "cc"), "-shared", "-fPIC", "-O2", "-nostdlib", "-x", "c", "-", "-o",
               made / "lib" / name, f"-Wl,-soname,{name}", *options]
    subprocess.run(command, input=source.encode(), check=True)


main()
