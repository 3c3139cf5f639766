import keras

keras.models.load_model("lstm_keras_2.keras")
