//! What differs between systems: modes, links, mount points, the exchange of two folders, the flushing of a tree.
//!
//! Everything else in the room is the same everywhere. Where a system lacks something, the function here says so by its value or by
//! [`io::ErrorKind::Unsupported`], and the caller takes the plainer way.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::Path;

pub(super) use here::{EXCHANGES, create_folder, exchange, identity, is_mount, narrowed, open_lock, set_folder_mode, set_mode, symlink, sync_tree};

/// A new file for writing, readable by all; an error if anything stands there, be it a link.
pub(super) fn create_file(path: &Path) -> io::Result<File> {
    here::readable(OpenOptions::new().write(true).create_new(true)).open(path)
}

/// The regular file at `path` for reading, and its length in bytes; none for whatever else stands there (a link, a pipe, nothing).
/// Links in the folders above are followed: ask [`super::tree::Old`] about those.
pub(super) fn open_regular(path: &Path) -> Option<(File, u64)> {
    let file = here::unfollowed(OpenOptions::new().read(true)).open(path).ok()?;
    let meta = file.metadata().ok()?;
    (meta.is_file() && here::was_not_followed(path)).then_some((file, meta.len()))
}

/// Whether `a` and `b` are one folder, by whatever names.
pub(super) fn same(a: &Path, b: &Path) -> bool {
    let id = |path: &Path| fs::metadata(path).ok().as_ref().and_then(identity);
    a == b || matches!((id(a), id(b)), (Some(a), Some(b)) if a == b)
}

/// Whether this error says that the file system has no such operation here, rather than that it failed.
pub(super) fn not_to_be_had(error: &io::Error) -> bool {
    use io::ErrorKind::{CrossesDevices, InvalidInput, PermissionDenied, ResourceBusy, TooManyLinks, Unsupported};
    matches!(error.kind(), CrossesDevices | InvalidInput | PermissionDenied | ResourceBusy | TooManyLinks | Unsupported)
}

#[cfg(unix)]
mod here {
    use std::fs::{self, DirBuilder, File, Metadata, OpenOptions, Permissions};
    use std::io;
    use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
    use std::path::Path;

    use rustix::fs::OFlags;

    /// Whether two folders can be exchanged in one step.
    pub(crate) const EXCHANGES: bool = cfg!(any(target_os = "linux", target_os = "android", target_vendor = "apple"));

    pub(crate) fn readable(options: &mut OpenOptions) -> &mut OpenOptions {
        options.mode(0o644)
    }

    /// Neither follows a link nor waits at a pipe.
    pub(crate) fn unfollowed(options: &mut OpenOptions) -> &mut OpenOptions {
        options.custom_flags((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits() as i32)
    }

    pub(crate) fn was_not_followed(_path: &Path) -> bool {
        true
    }

    /// The file at `path`, made if it is not there, to be locked.
    pub(crate) fn open_lock(path: &Path) -> io::Result<File> {
        unfollowed(readable(OpenOptions::new().read(true).write(true).create(true).truncate(false))).open(path)
    }

    /// A new folder that all can read and enter.
    pub(crate) fn create_folder(path: &Path) -> io::Result<()> {
        DirBuilder::new().mode(0o755).create(path)
    }

    /// Whether the new folder `path` came out with fewer rights than asked for, as under a strict umask; files would, too.
    pub(crate) fn narrowed(path: &Path) -> bool {
        fs::symlink_metadata(path).map_or(true, |meta| meta.mode() & 0o777 != 0o755)
    }

    pub(crate) fn set_mode(file: &File) -> io::Result<()> {
        file.set_permissions(Permissions::from_mode(0o644))
    }

    pub(crate) fn set_folder_mode(path: &Path) -> io::Result<()> {
        fs::set_permissions(path, Permissions::from_mode(0o755))
    }

    /// What makes a file the same file, whatever its name.
    pub(crate) fn identity(meta: &Metadata) -> Option<(u64, u64)> {
        Some((meta.dev(), meta.ino()))
    }

    /// A symbolic link at `path` with this content.
    pub(crate) fn symlink(content: &Path, path: &Path) -> io::Result<()> {
        std::os::unix::fs::symlink(content, path)
    }

    /// Whether something is mounted at the folder `path`, also from the same device (a bind mount, where the system tells).
    pub(crate) fn is_mount(path: &Path) -> bool {
        #[cfg(target_os = "linux")]
        {
            use rustix::fs::{AtFlags, CWD, StatxAttributes, StatxFlags, statx};
            if let Ok(stat) = statx(CWD, path, AtFlags::SYMLINK_NOFOLLOW, StatxFlags::TYPE)
                && stat.stx_attributes_mask.contains(StatxAttributes::MOUNT_ROOT)
            {
                return stat.stx_attributes.contains(StatxAttributes::MOUNT_ROOT);
            }
        }
        let device = |path: &Path| fs::symlink_metadata(path).map(|meta| meta.dev()).ok();
        path.parent().is_none_or(|parent| device(path) != device(parent))
    }

    /// Gives each of two folders the other's name, in one step.
    #[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
    pub(crate) fn exchange(a: &Path, b: &Path) -> io::Result<()> {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        Ok(renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE)?)
    }

    #[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
    pub(crate) fn exchange(_a: &Path, _b: &Path) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Flushes what was written below `folder`, and the names in it. On Linux the whole file system, once, with its errors; on
    /// other Unixes `sync`, which POSIX lets return early, since flushing file by file would cost milliseconds for each.
    pub(crate) fn sync_tree(folder: &Path) -> io::Result<()> {
        let opened = File::open(folder)?;
        #[cfg(target_os = "linux")]
        rustix::fs::syncfs(&opened)?;
        #[cfg(not(target_os = "linux"))]
        rustix::fs::sync();
        opened.sync_all()
    }
}

#[cfg(not(unix))]
mod here {
    use std::fs::{self, File, Metadata, OpenOptions};
    use std::io;
    use std::path::Path;

    pub(crate) const EXCHANGES: bool = false;

    pub(crate) fn readable(options: &mut OpenOptions) -> &mut OpenOptions {
        options
    }

    pub(crate) fn unfollowed(options: &mut OpenOptions) -> &mut OpenOptions {
        options
    }

    pub(crate) fn was_not_followed(path: &Path) -> bool {
        fs::symlink_metadata(path).is_ok_and(|meta| meta.is_file())
    }

    pub(crate) fn open_lock(path: &Path) -> io::Result<File> {
        OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)
    }

    pub(crate) fn create_folder(path: &Path) -> io::Result<()> {
        fs::create_dir(path)
    }

    pub(crate) fn narrowed(_path: &Path) -> bool {
        false
    }

    pub(crate) fn set_mode(_file: &File) -> io::Result<()> {
        Ok(())
    }

    pub(crate) fn set_folder_mode(_path: &Path) -> io::Result<()> {
        Ok(())
    }

    pub(crate) fn identity(_meta: &Metadata) -> Option<(u64, u64)> {
        None
    }

    pub(crate) fn symlink(_content: &Path, _path: &Path) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(crate) fn is_mount(_path: &Path) -> bool {
        false
    }

    pub(crate) fn exchange(_a: &Path, _b: &Path) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Nothing to be had without opening each file for writing: a loss of power may lose the last build here.
    pub(crate) fn sync_tree(_folder: &Path) -> io::Result<()> {
        Ok(())
    }
}
