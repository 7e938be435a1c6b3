"""Tommy Timecrunch without a database: arrays in, arrays and effects out. Only ``store`` may touch the ORM."""
