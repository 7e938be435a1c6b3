"""How the admin writes moments: to the second, in an order that sorts, in UTC like everything else."""

DATETIME_FORMAT = "Y-m-d H:i:s"
DATE_FORMAT = "Y-m-d"
TIME_FORMAT = "H:i:s"
