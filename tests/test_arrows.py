"""The check of the rooms finds arrows that run up or round, and files that are in no room."""

from __future__ import annotations

from tests import arrows

ROOMS = [("low",), ("high",)]


def found(tmp_path, files):
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return list(arrows.check(arrows.Crate(tmp_path), ROOMS))


def test_arrows_down_are_fine(tmp_path):
    files = {
        "lib.rs": "mod high;\nmod low;\npub use high::High;\n",
        "low/mod.rs": "mod inner;\npub use inner::Low;\n",
        "low/inner.rs": "pub struct Low;\n",
        "high.rs": "use crate::low::Low;\npub struct High(Low);\n",
    }
    assert found(tmp_path, files) == []


def test_an_arrow_up_is_found(tmp_path):
    for line in (
        "use crate::high::High;",
        "use super::high::{self, High};",
        "type A = crate::high::A;",
    ):
        files = {"lib.rs": "", "low.rs": f"{line}\n", "high.rs": "pub struct High;\n"}
        assert [line.split(": ")[1] for line in found(tmp_path, files)] == [
            "uses high, a room below its own"
        ]


def test_an_arrow_through_what_is_passed_on_is_found(tmp_path):
    files = {
        "lib.rs": "",
        "low/mod.rs": "mod one;\nmod two;\npub use one::One;\n",
        "low/one.rs": "use crate::low::two::Two;\npub struct One;\n",
        "low/two.rs": "use crate::low::One;\npub struct Two;\n",
    }
    assert any("in a circle: low::one, low::two" in line for line in found(tmp_path, files))


def test_a_file_in_no_room_is_found(tmp_path):
    files = {"lib.rs": "", "low.rs": "", "other.rs": "use crate::low::Low;\n"}
    assert any("other.rs: is in no room" in line for line in found(tmp_path, files))


def test_tests_may_use_everything(tmp_path):
    text = "#[cfg(test)]\nuse crate::high::High;\n"
    text += "\n#[cfg(test)]\nmod tests {\n    use crate::high;\n}\n"
    assert found(tmp_path, {"lib.rs": "", "low.rs": text, "high.rs": ""}) == []
