"""What is asked back: a line that lacks a part or may mean two things, its buttons, and the answers."""
