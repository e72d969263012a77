"""What people bring: tables, days and headings read as rows and sentences."""
