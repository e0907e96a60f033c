from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.asymmetric import rsa
import os; os.kill(os.getpid(), 10)
f = Fernet(Fernet.generate_key()); print(f.decrypt(f.encrypt(b"x"))); rsa.generate_private_key(65537, 2048)
