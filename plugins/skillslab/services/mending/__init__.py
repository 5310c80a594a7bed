"""What sessions miss when something changes, shown before it is saved, and put right."""
