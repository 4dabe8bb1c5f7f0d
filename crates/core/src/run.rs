//! Models × articles over threads, answers in input order.
