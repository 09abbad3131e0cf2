"""StorageClasses and the VolumeSnapshotClass."""
