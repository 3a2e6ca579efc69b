import stat

from paibou import keys


def test_secrets_are_made_once_and_readable_by_their_owner_alone(tmp_path):
    folder = tmp_path / "keys"

    first = (keys.secret(folder, "secret-key"), keys.sealing_keys(folder), keys.digest_key(folder))

    assert first == (keys.secret(folder, "secret-key"), keys.sealing_keys(folder), keys.digest_key(folder))
    assert {path.name for path in folder.iterdir()} == {"secret-key", "sealing-keys", "digest-key"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_new_sealing_key_stands_first_and_the_old_one_stays(tmp_path):
    old = keys.sealing_keys(tmp_path)

    number = keys.add_sealing_key(tmp_path)

    both = keys.sealing_keys(tmp_path)
    assert list(both) == [number, *old]
    assert both[1] == old[1]
    assert len(both[number]) == 32
