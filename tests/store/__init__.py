"""Runs and files: killed, resumed and shared among workers, runs give the same bits; files give back what was put in."""
