"""The gallery: projects that come with Netloom."""
