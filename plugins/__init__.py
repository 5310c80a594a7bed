"""What an organisation may switch on: the bundled plugins, each a Django app that uses the same door as any other."""
