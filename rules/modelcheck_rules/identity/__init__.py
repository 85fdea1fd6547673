"""Signals: is it a base or an instruct model?"""
