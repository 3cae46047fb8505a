//! Copies the owner and mode of the old file to the new file that replaces it.

use std::fs::{File, Metadata, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};

const SET_USER_ID: u32 = 0o4000;
const SET_GROUP_ID: u32 = 0o2000;

/// Gives `file` the owner, group and mode of `old`, as far as the system allows.
///
/// Only a privileged user can change the owner of a file, and other users can only set their own groups.
/// If the group differs from the old one, it gets only the permissions of everybody: the old group
/// permissions were not meant for it.
pub(super) fn owner_and_mode(file: &File, old: &Metadata) -> io::Result<()> {
    let new = file.metadata()?;
    if (new.uid(), new.gid()) != (old.uid(), old.gid()) {
        // A failure shows in the metadata below.
        let _ = fchown(file, Some(old.uid()), Some(old.gid()))
            .or_else(|_| fchown(file, None, Some(old.gid())));
    }
    // The mode is set after the owner, since a change of owner clears set-user-id.
    let new = file.metadata()?;
    let mode = mode(old.mode() & 0o7777, new.uid() == old.uid(), new.gid() == old.gid());
    // This can fail on a file system without modes, or if the owner is now another user. The file then
    // keeps its mode, 0600.
    let _ = file.set_permissions(Permissions::from_mode(mode));
    Ok(())
}

/// The mode for the new file, given the old mode and whether owner and group are the same.
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
