"""Summaries of documents: read in parts, quoted or written, every sentence with its sources.

Pure logic over documents and leased engines; knows nothing about pages and jobs.
"""
