"""What solvers see: all knobs, drives and contacts composed into elements of H and their harmonics, and cut into sectors."""
