"""For development only: local AWS, security checks, documents, benchmark."""
