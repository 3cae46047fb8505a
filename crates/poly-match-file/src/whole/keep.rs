//! The owner and the mode of a file that is replaced, for the file that takes its name.

use std::fs::{File, Metadata, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};

const SET_USER_ID: u32 = 0o4000;
const SET_GROUP_ID: u32 = 0o2000;

/// Gives `file` the owner, group and mode of `old`, as far as the system allows.
///
/// Only a privileged user may give a file away, and a group must be one of the user's own. Where the
/// group is another, it may do no more than everybody may: the mode was not meant for it.
pub(super) fn owner_and_mode(file: &File, old: &Metadata) -> io::Result<()> {
    let new = file.metadata()?;
    if (new.uid(), new.gid()) != (old.uid(), old.gid()) {
        // Failure is seen below.
        let _ = fchown(file, Some(old.uid()), Some(old.gid()))
            .or_else(|_| fchown(file, None, Some(old.gid())));
    }
    // The mode comes after the owner, since a change of owner takes set-user-id away.
    let new = file.metadata()?;
    let mode = mode(old.mode() & 0o7777, new.uid() == old.uid(), new.gid() == old.gid());
    // A file system without modes, or a file that was given away, keeps the mode that it has: the
    // owner may read and write it, and nobody else.
    let _ = file.set_permissions(Permissions::from_mode(mode));
    Ok(())
}

/// The mode `old`, for a file of the same owner and group or not.
fn mode(old: u32, is_same_owner: bool, is_same_group: bool) -> u32 {
    let mut mode = old;
    if !is_same_owner {
        mode &= !SET_USER_ID;
    }
    if !is_same_group {
        let group_as_others = 0o7707 | (old & 0o7) << 3;
        mode &= group_as_others & !SET_GROUP_ID;
    }
    mode
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mode_is_not_given_to_whom_it_was_not_meant_for() {
        for (old, is_same_owner, is_same_group, expected) in [
            (0o640, true, true, 0o640),
            (0o640, true, false, 0o600),
            (0o664, true, false, 0o644),
            (0o6755, true, true, 0o6755),
            (0o6755, false, true, 0o2755),
            (0o6755, true, false, 0o4755),
            (0o6775, false, false, 0o755),
        ] {
            let got = mode(old, is_same_owner, is_same_group);
            assert_eq!(got, expected, "{old:o}: {got:o}");
        }
    }
}
