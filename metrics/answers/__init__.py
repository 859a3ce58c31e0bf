"""From a question to what is shown of its figure: asked, compared, explained, worded, written."""
