//! Creates files without a name, and names them. Linux supports this on most file systems.

#[cfg(target_os = "linux")]
pub(super) use linux::{link, open};

#[cfg(target_os = "linux")]
mod linux {
    use std::fs::{self, File};
    use std::io;
    use std::os::fd::AsRawFd;
    use std::os::unix::fs::OpenOptionsExt;
    use std::path::Path;

    use rustix::fs::{AtFlags, CWD, OFlags};

    use crate::whole::place::identity;

    /// Creates a file without a name in a folder.
    pub(in crate::whole) fn open(folder: &Path, mode: u32) -> io::Result<File> {
        let flags = OFlags::TMPFILE.bits().cast_signed();
        let file = File::options().write(true).custom_flags(flags).mode(mode).open(folder)?;
        // Naming the file needs /proc, which may be missing.
        let there = fs::metadata(in_proc(&file))?;
        if identity(&there) == identity(&file.metadata()?) {
            Ok(file)
        } else {
            Err(io::ErrorKind::Unsupported.into())
        }
    }

    /// Gives the file a name. The name must be free.
    pub(in crate::whole) fn link(file: &File, path: &Path) -> io::Result<()> {
        let link = rustix::fs::linkat(CWD, in_proc(file), CWD, path, AtFlags::SYMLINK_FOLLOW);
        Ok(link?)
    }

    fn in_proc(file: &File) -> String {
        format!("/proc/self/fd/{}", file.as_raw_fd())
    }
}

#[cfg(not(target_os = "linux"))]
pub(super) use elsewhere::{link, open};

#[cfg(not(target_os = "linux"))]
mod elsewhere {
    use std::fs::File;
    use std::io;
    use std::path::Path;

    pub(in crate::whole) fn open(_: &Path, _: u32) -> io::Result<File> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(in crate::whole) fn link(_: &File, _: &Path) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
}
