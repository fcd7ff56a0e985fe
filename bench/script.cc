// One of Lua 5.4 and LuaJIT, as a module. The host's `format` is strftime, as an embedder would write it.
#include <cstdio>
#include <cstdlib>
#include <ctime>

extern "C" {
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
}

#include "script.h"

namespace {

lua_State* lua = nullptr;

constexpr const char* kPrelude = R"(
  function minusDays(ms, n) return ms - n * 86400000 end
  myName = "daily-report"
  objs = {}
  for k = 0, 49 do
    local n = string.format("%02d", k)
    objs[k] = {id = "Obj"..n, name = "name"..n, directoryPath = "s3://my-bucket/input/dataset-"..n,
               tableName = "analytics.table_"..n}
  end
  for a = 0, 9 do
    objs[40+a].input = objs[(a*7)%20]
    objs[40+a].output = objs[20+(a*3)%20]
  end
  for k = 0, 19 do
    objs[k].filePath = function(self, t)
      return "s3://bucket/" .. format(minusDays(t,1),"YYYY-MM-dd") .. "/" .. self.name .. ".csv"
    end
  end
  local load = loadstring or load
  function substitute(text, time, activity)
    local object = objs[40 + activity]
    return (text:gsub('#{(.-)}', function(x)
      x = x:gsub('@scheduledStartTime', 't'):gsub('^input', 'o.input'):gsub('^output', 'o.output')
      return load('local t, o = ...; return ' .. x)(time, object)
    end))
  end
)";

int format(lua_State* state) {
  const std::time_t seconds = static_cast<std::time_t>(lua_tonumber(state, 1)) / 1000;
  std::tm fields{};
  gmtime_r(&seconds, &fields);
  char text[32];
  lua_pushlstring(state, text, std::strftime(text, sizeof text, "%Y-%m-%d", &fields));
  return 1;
}

void need(bool good) {
  if (good) return;
  std::fprintf(stderr, "pipexpr_bench: script: %s\n", lua_tostring(lua, -1));
  std::exit(1);
}

void open() {
  lua = luaL_newstate();
  luaL_openlibs(lua);
  lua_register(lua, "format", format);
  need(luaL_dostring(lua, kPrelude) == 0);
}

int compile(const char* body, std::size_t size) {
  need(luaL_loadbuffer(lua, body, size, "=template") == 0);
  return luaL_ref(lua, LUA_REGISTRYINDEX);
}

const char* result(int arguments, std::size_t* size) {
  need(lua_pcall(lua, arguments, 1, 0) == 0);
  const char* const text = lua_tolstring(lua, -1, size);
  lua_replace(lua, 1);  // keeps it alive until the next call
  lua_settop(lua, 1);
  return text;
}

const char* call(int function, double first, double second, std::size_t* size) {
  lua_settop(lua, 1);
  lua_rawgeti(lua, LUA_REGISTRYINDEX, function);
  lua_pushnumber(lua, first);
  lua_pushnumber(lua, second);
  return result(2, size);
}

const char* compile_and_call(const char* body, std::size_t size, double first, std::size_t* size_out) {
  lua_settop(lua, 1);
  need(luaL_loadbuffer(lua, body, size, "=template") == 0);
  lua_pushnumber(lua, first);
  return result(1, size_out);
}

const char* substitute(const char* text, std::size_t size, double time, double activity, std::size_t* size_out) {
  lua_settop(lua, 1);
  lua_getglobal(lua, "substitute");
  lua_pushlstring(lua, text, size);
  lua_pushnumber(lua, time);
  lua_pushnumber(lua, activity);
  return result(3, size_out);
}

}  // namespace

extern "C" const BenchScript* bench_script() {
  static const BenchScript script = {
#if LUA_VERSION_NUM >= 504
    "lua",
#else
    "luajit",
#endif
    open,
    compile,
    call,
    compile_and_call,
    substitute
  };
  return &script;
}
