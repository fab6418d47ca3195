"""The parts of make_demo_data.py."""
