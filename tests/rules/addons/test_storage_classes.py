"""Settings of storage classes that would not work."""

from support.environments import refused


def test_storage_classes_have_different_names() -> None:
    path = ("platform", "storage_classes", "shared")
    assert list(refused(platform={"storage_classes": {"shared": "gp3"}})) == [path]
