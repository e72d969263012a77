"""What people take: sentences and documents made from frozen views."""
