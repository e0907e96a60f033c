import ray
ray.init(num_cpus=1, include_dashboard=False, object_store_memory=80_000_000, _system_config={})
@ray.remote
def f(x): return x * 2
print(ray.get([f.remote(i) for i in range(3)]))
ray.shutdown()
