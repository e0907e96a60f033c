#include <dlfcn.h>
#include <math.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>

int shade(int);

int main(int argc, char **argv) {
  void *late = dlopen("libmusl-late.so", RTLD_NOW);
  struct hostent *host = gethostbyname("localhost");
  printf("%d %s %f %s\n", shade(argc), late ? "late" : dlerror(), cos(argc), host ? host->h_name : "none");
  return late == 0;
}
