"""Import of recorded signals: RR intervals, ECG, respiration and skin conductance, cut by the periods of sessions."""
