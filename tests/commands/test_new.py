"""The command that writes a template."""

from console import mobility, refused


def test_it_says_what_it_wrote_and_what_comes_next(tmp_path):
    told = mobility("new", tmp_path / "net")
    assert (told.exit_code, told.stdout) == (0, "")
    assert told.stderr == f"wrote {tmp_path}/net: read {tmp_path}/net/README.md, then mobility check {tmp_path}/net\n"
    assert mobility("check", tmp_path / "net").exit_code == 0
    assert mobility("route example-port example-camp", network=tmp_path / "net").exit_code == 0
    assert mobility("new -q", tmp_path / "other").stderr == ""


def test_what_is_there_is_left_alone(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    refused(mobility("new", tmp_path), "it is there already; choose a new name")
    refused(mobility("new", tmp_path / "notes.txt"), "it is there already")
    refused(mobility("new", tmp_path / "no" / "net"), "cannot write")
    assert [file.name for file in tmp_path.iterdir()] == ["notes.txt"]
