"""What learners do: modules, courses, activities and the records that learning leaves behind."""
