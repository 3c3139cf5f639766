from keras import layers

words = layers.TextVectorization()
words.adapt(["the tank is full", "the tank is empty"])
print(words(["the tank"]).shape)
