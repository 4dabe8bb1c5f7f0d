"""archive.py FOLDER EPOCH: packs FOLDER into FOLDER.tar.gz beside it, the same bytes whenever and wherever it is made."""

import gzip
import os
import sys
import tarfile


def main(folder: str, epoch: str) -> None:
    """Entries in order, owned by nobody, of the time EPOCH; programs stay programs."""
    parent, name = os.path.split(os.path.abspath(folder))

    def plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = ""
        entry.mtime = int(epoch)
        program = entry.name in (f"{name}/standfirst", f"{name}/standfirst.exe")
        entry.mode = 0o755 if entry.isdir() or program else 0o644
        return entry

    with open(f"{folder}.tar.gz", "wb") as file, gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed:
        with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive:
            for root, folders, files in os.walk(os.path.join(parent, name)):
                folders.sort()
                for one in [root, *(os.path.join(root, file) for file in sorted(files))]:
                    archive.add(one, os.path.relpath(one, parent), recursive=False, filter=plain)


if __name__ == "__main__":
    main(*sys.argv[1:])
