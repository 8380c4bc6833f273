print("never published")
