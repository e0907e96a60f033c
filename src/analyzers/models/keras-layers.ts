/** The layers and models that Keras 1 to 3 bring themselves, by class. Data only. https://keras.io/api/layers/ */
export const KERAS_LAYERS: ReadonlySet<string> = new Set(
  (
    'InputLayer Input Layer Wrapper Identity Dense EinsumDense Activation Embedding Masking Lambda Model Sequential Functional Container Merge Highway MaxoutDense TimeDistributedDense ' +
    'Conv1D Conv2D Conv3D Convolution1D Convolution2D Convolution3D AtrousConvolution1D AtrousConvolution2D SeparableConv1D SeparableConv2D SeparableConvolution1D SeparableConvolution2D DepthwiseConv1D DepthwiseConv2D Conv1DTranspose Conv2DTranspose Conv3DTranspose Deconvolution2D LocallyConnected1D LocallyConnected2D ' +
    'MaxPooling1D MaxPooling2D MaxPooling3D AveragePooling1D AveragePooling2D AveragePooling3D GlobalMaxPooling1D GlobalMaxPooling2D GlobalMaxPooling3D GlobalAveragePooling1D GlobalAveragePooling2D GlobalAveragePooling3D AdaptiveAveragePooling1D AdaptiveAveragePooling2D AdaptiveAveragePooling3D AdaptiveMaxPooling1D AdaptiveMaxPooling2D AdaptiveMaxPooling3D ' +
    'LSTM GRU SimpleRNN RNN LSTMCell GRUCell SimpleRNNCell StackedRNNCells CuDNNLSTM CuDNNGRU ConvLSTM1D ConvLSTM2D ConvLSTM3D TimeDistributed Bidirectional ConvRNN2D ' +
    'TextVectorization StringLookup IntegerLookup Hashing HashedCrossing CategoryEncoding Discretization Normalization FeatureSpace DenseFeatures LinearFeatures SequenceFeatures MelSpectrogram STFTSpectrogram Pipeline ' +
    'Resizing Rescaling CenterCrop RandomCrop RandomFlip RandomTranslation RandomRotation RandomZoom RandomHeight RandomWidth RandomContrast RandomBrightness RandomShear RandomPerspective RandomHue RandomSaturation RandomColorJitter RandomColorDegeneration RandomGrayscale RandomInvert RandomPosterization RandomSharpness RandomGaussianBlur RandomErasing RandomElasticTransform Solarization AutoContrast Equalization AugMix CutMix MixUp RandAugment MaxNumBoundingBoxes ' +
    'BatchNormalization LayerNormalization UnitNormalization GroupNormalization RMSNormalization SpectralNormalization SyncBatchNormalization Dropout SpatialDropout1D SpatialDropout2D SpatialDropout3D GaussianDropout AlphaDropout GaussianNoise ActivityRegularization ' +
    'MultiHeadAttention GroupQueryAttention Attention AdditiveAttention Reshape Flatten RepeatVector Permute Cropping1D Cropping2D Cropping3D UpSampling1D UpSampling2D UpSampling3D ZeroPadding1D ZeroPadding2D ZeroPadding3D ' +
    'Concatenate Average Maximum Minimum Add Subtract Multiply Dot ReLU Softmax LeakyReLU PReLU ELU ThresholdedReLU ReversibleEmbedding ' +
    'TorchModuleWrapper TFSMLayer JaxLayer FlaxLayer KerasLayer ' +
    'TFOpLambda SlicingOpLambda ClassMethod InstanceProperty InstanceMethod TensorFlowOpLayer AddV2 Operation ' +
    'GetItem Add Subtract Multiply Divide TrueDivide Power Mean Sum Max Min Cast Transpose ExpandDims Squeeze Stack Shape Split Tile Matmul Where Exp Log Sqrt Sin Cos Tanh Sigmoid Relu Gelu Silu NotEqual Equal Greater Less Arange Ones Zeros BroadcastTo Abs Clip Softplus'
  ).split(' '),
);
