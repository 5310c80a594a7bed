"""What people can do: competencies, evidence, holdings and credentials."""
