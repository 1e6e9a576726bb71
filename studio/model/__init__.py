"""Pure data: projects, documents, issues, figures and messages. No torch, no Qt."""
