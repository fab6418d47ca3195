"""The parts of make_simulated_data.py."""
