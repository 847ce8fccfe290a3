"""What people see: tables, maps and the one style that feeds them all."""
