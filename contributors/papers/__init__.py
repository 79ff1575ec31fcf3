"""What papers of both floors are made of: faces, the surface, blocks. No models, no database, no clock."""
