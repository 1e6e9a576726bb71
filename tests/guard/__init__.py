"""What must not change while the code beneath it is rebuilt: recorded once, compared ever since."""
